# How executables are built, for the Makefile and build/release, which reads these two variables from here.
# Each flag reduces the size of the Windows executables: a plugin runs once, and waits for HNS.
# -l: without inlining they are 5 % smaller, and start no slower.
# purego: cryptography in Go, not in assembly for each processor; all that a plugin needs of it are random numbers. 60 KB.
# -funcalign: functions begin at multiples of 4 bytes, not 32 (amd64) or 16 (arm64). 100 KB.
BUILD_FLAGS := -trimpath -tags=purego -gcflags=all=-l
LINK_FLAGS := -s -w -funcalign=4
