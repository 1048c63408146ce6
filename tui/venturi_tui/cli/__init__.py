"""The commands: one file per noun, one function per verb."""
