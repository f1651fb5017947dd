"""An official statement held against a result: line by line, with the cause as far as the numbers tell."""
