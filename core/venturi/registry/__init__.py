"""Rules above the registries: names, steps, gates, journal and undo, plan and apply."""
