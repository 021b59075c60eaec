import { Link } from "@tanstack/react-router";
import { Button, type ButtonProps } from "./Button.tsx";
import type { Search } from "./route.ts";

/** A button that goes to an address and keeps what stands behind `?`, unless that is said. */
export function ButtonLink({ to, search, ...rest }: ButtonProps & { to: string; search?: Search }) {
  return <Button variant="default" {...rest} component={Link} to={to as never} search={(search ?? true) as never} />;
}
