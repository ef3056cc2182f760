// The Node package for `require`. api.cjs is made from api.js by the build.
module.exports = require("./api.cjs").makeApi(require("./native.cjs"));
