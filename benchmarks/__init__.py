"""Side by side with peers; each module runs by itself and prints what it measured and on what machine."""
