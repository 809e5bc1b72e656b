"""What `utebru` can be asked to do besides serving: looking after it, and setting it up."""
