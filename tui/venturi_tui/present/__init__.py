"""Records in words and shapes, with no Textual: both faces use it."""
