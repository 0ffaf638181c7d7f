#include "cprotos.h"
