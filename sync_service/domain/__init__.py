"""What is true, in standard-library Python only: no IO, no clock, no third-party library."""
