"""Response to Article: rules, JSON-LD, meta tags, structure."""
