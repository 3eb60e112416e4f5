"""The commands, one file each: parse, call, print. Nothing heavy is imported until a command runs."""
