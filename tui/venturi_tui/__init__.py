"""Venturi for the terminal: the Typer CLI and the Textual app."""
