"""The search language: text to tree, tree against records, tree to what a store understands."""
