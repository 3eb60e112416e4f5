"""Pure functions from observations to verdicts."""
