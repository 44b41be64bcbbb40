"""Documents on paper: what each says, as blocks; how they look is the templates' affair."""
