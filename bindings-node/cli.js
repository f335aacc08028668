#!/usr/bin/env node
'use strict'

process.exitCode = require('./native.js').run(['remigrate', ...process.argv.slice(2)])
