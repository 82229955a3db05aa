// Package filehold opens files as other programs on a Windows node do, which keeps the plugins from opening, renaming or
// removing them: a virus scanner exclusively, for a moment after a file was written; a program that follows a log
// without FILE_SHARE_DELETE. On other systems no open file is in the way of anybody.
package filehold
