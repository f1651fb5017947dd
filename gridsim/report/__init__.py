"""What a result becomes for people who hand it on: workbooks and pages made from its exact integers."""
