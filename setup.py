"""Shim for ``scrapyd-deploy``, which runs ``setup.py bdist_egg``; all facts stand in ``pyproject.toml``."""

from setuptools import setup

setup()
