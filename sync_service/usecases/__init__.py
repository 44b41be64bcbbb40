"""What the product does, one file per thing, with the narrow ports only."""
