"""Places: the gazetteer of blocks, streets, crossings, premises, areas and landmarks, and how names find them."""
