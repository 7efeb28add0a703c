"""Requests: the base spider, its arguments, and discovery."""
