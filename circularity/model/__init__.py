"""What a fact is. Knows no files, graphs, drivers or terminals."""
