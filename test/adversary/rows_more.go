package main

// moreRows are attacks that no issue named.
var moreRows = []row{}
