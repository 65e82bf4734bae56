"""Facts → databases and engines. Knows no pages and no terminal."""
