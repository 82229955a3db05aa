package hcnemu

func runJob(string) int { return 0 }
