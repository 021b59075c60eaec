import type { ComponentProps, ElementType, ReactNode } from "react";

export type ButtonProps = {
  variant?: "filled" | "default" | "subtle";
  size?: "xs" | "sm";
  color?: "red";
  loading?: boolean;
  leftSection?: ReactNode;
  children?: ReactNode;
};

/** A button, or with `component` something else that looks like one. */
export function Button<C extends ElementType = "button">({
  component,
  variant = "filled",
  size = "sm",
  color,
  loading,
  leftSection,
  children,
  ...rest
}: ButtonProps & { component?: C } & Omit<ComponentProps<C>, keyof ButtonProps | "component">) {
  const Of: ElementType = component ?? "button";
  return (
    <Of
      {...(component ? {} : { type: "button" })}
      {...rest}
      className="button"
      data-variant={variant}
      data-size={size}
      data-color={color}
      aria-busy={loading || undefined}
      aria-disabled={loading || undefined}
    >
      {leftSection}
      {children}
    </Of>
  );
}

/** A button that shows an icon alone; its name is for those who do not see it. */
export function IconButton({ small, ...rest }: ComponentProps<"button"> & { small?: boolean; "aria-label": string }) {
  return (
    <button type="button" title={rest["aria-label"]} {...rest} className={`icon ${rest.className ?? ""}`} data-small={small || undefined} />
  );
}
