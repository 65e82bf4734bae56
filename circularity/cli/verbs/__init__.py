"""One file a verb: flags → a call of an analyzer → an `Answer`. Imports of weight stay inside."""
