"""Runs the sandboxes of a class on the workers of a Dask cluster; only what would enter a sandbox is sent there."""

__all__: list[str] = []
