"""Text to facts and back. Reads files; knows no graph, no database, no terminal."""
