"""The settings: what each is, where its value comes from, and what follows from them."""
