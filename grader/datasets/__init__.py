"""Rendered stand-ins for the data sets of the course, and the secret holdout."""
