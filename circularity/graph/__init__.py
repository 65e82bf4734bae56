"""Facts → graph: the lens, the legs that count under it, their networkx view, canonical loops."""
