"""What is verified of each kind of operation, by whose library."""
