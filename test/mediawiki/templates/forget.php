<?php
// Empties the memory that holds the wiki's sessions, counters and caches. Only a
// process of php-fpm can, because the memory is php-fpm's; reset.sh asks for it.
apcu_clear_cache();
http_response_code( 204 );
