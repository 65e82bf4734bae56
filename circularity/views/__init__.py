"""Findings → pages: text, JSON, CSV, Markdown, the HTML explorer. Pure: no files, no terminal."""
