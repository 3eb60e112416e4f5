"""The only code of ours that runs inside a sandbox."""
