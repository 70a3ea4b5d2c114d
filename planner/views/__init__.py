"""What people look at: the agreement, its days and months, as text. Values come in, text goes out."""
