"""What is shown, as a document of headings, texts and tables, and its writers: terminal, plain text, HTML, Markdown."""
