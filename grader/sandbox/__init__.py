"""Runs our programs beside hostile code; the only room that starts processes."""
