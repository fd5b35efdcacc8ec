"""Result models become pictures and documents; nothing here computes a figure of its own."""
