-- For a transaction that was prepared by what was true a moment ago: where that does not hold any more, it fails as one
-- that met another (40001), and whoever prepared it reads again.
CREATE FUNCTION expect(holds boolean) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF holds IS NOT TRUE THEN
    RAISE EXCEPTION 'What was read before does not hold any more.' USING ERRCODE = 'serialization_failure';
  END IF;
END $$;

-- A visit rewrites the row of its response with every answer. With room on its page the new version stays there and
-- needs no new entry in any index.
ALTER TABLE responses SET (fillfactor = 70);
