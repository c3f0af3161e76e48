"""HTTP and the command line: load, call one service, dump."""
