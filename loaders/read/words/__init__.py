"""What a sender's words mean: headers, titles, notes, units and places, before any file is opened."""
