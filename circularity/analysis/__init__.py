"""Graph → findings, one file a question. Every number carries its unit and the legs behind it."""
