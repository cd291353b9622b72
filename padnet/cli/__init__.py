"""The `padnet` command, and the commands for photographs."""
