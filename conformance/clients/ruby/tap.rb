# Named checks, printed as TAP. A check is a block that calls is, like or fails; the
# first difference, or any other error, ends it.
module Tap
  Different = Class.new(StandardError)
  TALLY = { count: 0, failed: 0 } # not of self: programs include the module
  $stdout.sync = true

  module_function

  def shown(value)
    s = value.inspect
    s.size > 1500 ? "#{s[0, 300]}… (#{s.size})" : s
  end

  def is(got, want, what = nil)
    return if got.eql?(want) || got == want && got.class == want.class
    return if got.respond_to?(:nan?) && want.respond_to?(:nan?) && got.nan? && want.nan?
    raise Different, "#{what && "#{what}: "}expected #{shown(want)}\ngot #{shown(got)}"
  end

  def like(got, want)
    raise Different, "expected #{want.inspect}\ngot #{shown(got)}" unless want.match?(got.to_s)
  end

  # fails runs a block that has to end with this error, and returns it.
  def fails(type)
    begin
      yield
    rescue type => e
      return e
    end
    raise Different, "expected #{type}\ngot no error"
  end

  # check runs a block under a name; false: it failed.
  def check(name)
    TALLY[:count] += 1
    yield
    puts "ok #{TALLY[:count]} - #{name}"
    true
  rescue Exception => e # a check that throws anything at all has failed, and the rest still runs
    TALLY[:failed] += 1
    puts "not ok #{TALLY[:count]} - #{name}"
    (e.is_a?(Different) ? e.message : "#{e.class}: #{e.message}").each_line(chomp: true) { |l| puts "# #{l.gsub(/[[:cntrl:]]/) { |c| c.inspect[1..-2] }[0, 2000]}" unless l.empty? }
    (e.backtrace || []).grep(/check/).first(1).each { |l| puts "# at #{File.basename(l)}" }
    false
  end

  def finish
    puts "1..#{TALLY[:count]}"
    exit!(TALLY[:failed].zero? ? 0 : 1)
  end
end
