// The part of libhiredis that budgetd uses: its incremental reply reader.
#include <hiredis/read.h>
#include <hiredis/hiredis.h>
