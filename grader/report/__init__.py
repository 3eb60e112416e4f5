"""Renders scorecards for people and machines."""
