"""Looking inside: what a model or its data can be proved to do."""
