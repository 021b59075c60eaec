-- What wrk sends: `wrk -s load.lua ADDRESS -- LOAD KEY MEMBERS USERS`. Each thread has members of its own, so that the facts of one come in order.

local threads = 0

function setup(thread)
   thread:set("number", threads)
   threads = threads + 1
end

function init(args)
   load, members, users, count = args[1], tonumber(args[3]), tonumber(args[4]), 0
   wrk.headers["Authorization"] = "Bearer " .. args[2]
   if load == "fact" or load == "use" then
      wrk.method = "POST"
      wrk.headers["Content-Type"] = "application/json"
   end
   began = os.time()
end

-- A member of this thread's, each once before the first again.
local function member(among)
   return string.format("M%05d", 1 + (2 * count + number) % among)
end

function request()
   count = count + 1
   if load == "nothing" then
      return wrk.format(nil, "/healthz")
   elseif load == "member" then
      return wrk.format(nil, "/v1/members/" .. member(members))
   elseif load == "present" then
      return wrk.format(nil, "/v1/members/" .. member(members) .. "/standing?receipts=0")
   elseif load == "standing" then
      return wrk.format(nil, "/v1/members/" .. member(members) .. "/standing?receipts=10")
   elseif load == "use" then
      return wrk.format(nil, "/v1/members/" .. member(users) .. "/benefits/quotes/uses", nil, "{}")
   end
   local id = string.format("load-%d-%d-%d", began, number, count)
   local at = os.date("!%Y-%m-%dT%H:%M:%S") .. string.format(".%06dZ", count % 1000000)
   return wrk.format(nil, "/v1/facts", nil, string.format(
      '{"facts":[{"id":"%s","member":"%s","kind":"order.completed","occurred_at":"%s","body":{"order":"%s","amount":125000,"currency":"CNY"}}]}',
      id, member(members), at, id))
end

function done(summary, latency, requests)
   local function ms(percent) return latency:percentile(percent) / 1000 end
   local errors = summary.errors
   print(string.format('\n{"rate":%f,"refused":%d,"p50":%f,"p99":%f,"p99.9":%f}', summary.requests / (summary.duration / 1e6),
      errors.status + errors.connect + errors.read + errors.write + errors.timeout, ms(50), ms(99), ms(99.9)))
end
