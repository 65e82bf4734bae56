"""The command line: the only importer of typer. One thin file a verb."""
